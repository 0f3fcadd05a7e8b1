"""The invented customers of the demo company; see `catalog`."""

from dataclasses import dataclass

from .spec import SampleBuyer

# Centres of districts: district, city, province, zip, latitude, longitude.
_DISTRICTS = {
    "xihu": ("西湖区", "杭州市", "浙江省", "310013", 30.2660, 120.1280),
    "shangcheng": ("上城区", "杭州市", "浙江省", "310002", 30.2440, 120.1720),
    "gongshu": ("拱墅区", "杭州市", "浙江省", "310015", 30.3190, 120.1420),
    "binjiang": ("滨江区", "杭州市", "浙江省", "310052", 30.2010, 120.2080),
    "yuhang": ("余杭区", "杭州市", "浙江省", "311121", 30.2830, 120.0010),
    "xiaoshan": ("萧山区", "杭州市", "浙江省", "311200", 30.1760, 120.2680),
    "linping": ("临平区", "杭州市", "浙江省", "311100", 30.4190, 120.2990),
    "qiantang": ("钱塘区", "杭州市", "浙江省", "310018", 30.3090, 120.3490),
    "pudong": ("浦东新区", "上海市", "上海市", "200135", 31.2230, 121.5440),
    "xuhui": ("徐汇区", "上海市", "上海市", "200030", 31.1880, 121.4370),
    "jingan": ("静安区", "上海市", "上海市", "200040", 31.2290, 121.4480),
    "minhang": ("闵行区", "上海市", "上海市", "201199", 31.1120, 121.3820),
    "yangpu": ("杨浦区", "上海市", "上海市", "200082", 31.2680, 121.5200),
    "jiading": ("嘉定区", "上海市", "上海市", "201800", 31.3760, 121.2650),
    "gusu": ("姑苏区", "苏州市", "江苏省", "215008", 31.3110, 120.6170),
    "yuanqu": ("虎丘区", "苏州市", "江苏省", "215011", 31.2960, 120.5660),
    "nanhu": ("南湖区", "嘉兴市", "浙江省", "314051", 30.7470, 120.7830),
    "yuecheng": ("越城区", "绍兴市", "浙江省", "312000", 30.0030, 120.5820),
    "wuxing": ("吴兴区", "湖州市", "浙江省", "313000", 30.8570, 120.1850),
    "yinzhou": ("鄞州区", "宁波市", "浙江省", "315100", 29.8270, 121.5470),
    "nanshan": ("南山区", "深圳市", "广东省", "518052", 22.5390, 113.9400),
    "futian": ("福田区", "深圳市", "广东省", "518033", 22.5360, 114.0560),
    "luohu": ("罗湖区", "深圳市", "广东省", "518001", 22.5570, 114.1310),
    "baoan": ("宝安区", "深圳市", "广东省", "518101", 22.5720, 113.8950),
    "longgang": ("龙岗区", "深圳市", "广东省", "518172", 22.7210, 114.2470),
    "longhua": ("龙华区", "深圳市", "广东省", "518131", 22.6570, 114.0330),
    "tianhe": ("天河区", "广州市", "广东省", "510630", 23.1350, 113.3610),
    "yuexiu": ("越秀区", "广州市", "广东省", "510030", 23.1290, 113.2670),
    "haizhu": ("海珠区", "广州市", "广东省", "510220", 23.0870, 113.3170),
    "panyu": ("番禺区", "广州市", "广东省", "511400", 22.9440, 113.3640),
    "chancheng": ("禅城区", "佛山市", "广东省", "528000", 23.0180, 113.1170),
    "xiangzhou": ("香洲区", "珠海市", "广东省", "519000", 22.2720, 113.5430),
    "chaoyang": ("朝阳区", "北京市", "北京市", "100020", 39.9210, 116.4430),
    "haidian": ("海淀区", "北京市", "北京市", "100080", 39.9590, 116.2980),
    "wuhou": ("武侯区", "成都市", "四川省", "610041", 30.6420, 104.0430),
    "wuchang": ("武昌区", "武汉市", "湖北省", "430060", 30.5540, 114.3160),
    "yanta": ("雁塔区", "西安市", "陕西省", "710061", 34.2230, 108.9490),
    "yuelu": ("岳麓区", "长沙市", "湖南省", "410006", 28.2340, 112.9310),
    "siming": ("思明区", "厦门市", "福建省", "361001", 24.4570, 118.1000),
    "heping": ("和平区", "沈阳市", "辽宁省", "110001", 41.7890, 123.4200),
}

# Name, district, street; the companies are dealers who order by file or mail.
_CHINESE = (
    ("陈雨桐", "xihu", "文三路188号星湖公寓3幢502室"),
    ("王浩然", "xihu", "天目山路266号求是里7幢1单元301室"),
    ("李思雨", "xihu", "古墩路701号紫桂园12幢1803室"),
    ("张子墨", "shangcheng", "庆春路136号定安名邸2幢904室"),
    ("刘欣怡", "shangcheng", "秋涛路455号望江府5幢1102室"),
    ("杨明轩", "gongshu", "莫干山路841号运河人家9幢602室"),
    ("赵婉清", "gongshu", "小河路78号拱宸桥西里4幢201室"),
    ("黄俊杰", "gongshu", "湖州街51号北城天地1幢1506室"),
    ("周雅琴", "binjiang", "江南大道3688号钱塘春晓8幢2101室"),
    ("吴泽宇", "binjiang", "滨盛路1505号江晖里3幢1702室"),
    ("徐梦洁", "yuhang", "文一西路998号未来里6幢803室"),
    ("孙启航", "yuhang", "良睦路1399号梦溪苑11幢1204室"),
    ("胡佳慧", "yuhang", "高教路970号西溪晓园2幢405室"),
    ("朱晨阳", "xiaoshan", "市心中路818号恒隆雅苑5幢903室"),
    ("高诗涵", "xiaoshan", "金城路358号湘湖人家15幢302室"),
    ("林志远", "linping", "迎宾路501号临平新天地7幢1001室"),
    ("何静怡", "qiantang", "金沙大道97号下沙学林里4幢606室"),
    ("郭天佑", "qiantang", "二号大街515号云水苑10幢1401室"),
    ("马晓峰", "pudong", "张杨路1458弄26号701室"),
    ("罗子涵", "pudong", "锦绣路888弄15号1203室"),
    ("梁诗琪", "pudong", "碧波路690弄8号402室"),
    ("宋嘉豪", "xuhui", "漕溪北路398弄3号1905室"),
    ("郑雨薇", "xuhui", "龙华中路596弄11号802室"),
    ("谢文博", "jingan", "万航渡路458弄6号503室"),
    ("韩晓彤", "minhang", "莘松路380弄42号601室"),
    ("唐子轩", "yangpu", "政立路477弄19号1102室"),
    ("冯一诺", "jiading", "塔城路368弄25号302室"),
    ("于佳琪", "gusu", "平江路112号仓街里2幢101室"),
    ("董宇航", "yuanqu", "狮山路88号金色家园7幢1504室"),
    ("萧若兰", "nanhu", "中环南路1882号南湖晓月6幢902室"),
    ("程立诚", "yuecheng", "胜利东路375号鉴湖雅居3幢502室"),
    ("曹梦瑶", "wuxing", "龙溪北路218号太湖阳光9幢1201室"),
    ("袁浩宇", "yinzhou", "四明中路666号南部名城5幢1703室"),
    ("邓紫萱", "nanshan", "后海大道2388号海岸花园A座1802"),
    ("许家铭", "nanshan", "学苑大道1001号桃源村38栋703"),
    ("傅雪莹", "nanshan", "科苑路15号深湾华庭3栋2201"),
    ("沈建国", "futian", "福华路319号岗厦雅苑B座1106"),
    ("曾可欣", "futian", "新洲路3003号景福花园2栋804"),
    ("彭宇轩", "futian", "莲花路1120号梅岭苑7栋602"),
    ("吕思琪", "luohu", "翠竹路2058号翠园居4栋1203"),
    ("苏子豪", "luohu", "东门北路1006号鹏景阁1501"),
    ("卢晓雯", "baoan", "前进一路269号宝城名居6栋902"),
    ("蒋浩天", "baoan", "新湖路2131号滨海春城11栋2003"),
    ("蔡欣妍", "longgang", "龙城大道89号龙岗天誉3栋1404"),
    ("贾俊熙", "longgang", "吉华路393号布吉新园8栋505"),
    ("丁雨欣", "longhua", "人民路221号龙华花半里5栋1708"),
    ("魏子晴", "longhua", "民治大道379号民乐翠园2栋1002"),
    ("薛明哲", "tianhe", "天河北路366号都市华庭C座1905"),
    ("叶诗雅", "tianhe", "黄埔大道西668号赛马场花园12栋801"),
    ("阎嘉怡", "yuexiu", "东风东路750号东山锦轩2栋1503"),
    ("余浩南", "haizhu", "新港西路135号康乐园9栋402"),
    ("潘婧雯", "panyu", "桥南路138号番禺星河湾21栋1101"),
    ("杜宇辰", "chancheng", "季华五路22号季华园6座1204"),
    ("戴安然", "xiangzhou", "情侣中路47号海湾花园3栋1602"),
    ("夏天宇", "chaoyang", "朝阳北路107号院15号楼2单元901"),
    ("钟雅婷", "haidian", "苏州街29号院8号楼1206"),
    ("汪子睿", "wuhou", "科华北路65号竹林苑4栋1单元1103"),
    ("田佳宁", "wuchang", "中北路156号东湖雅园7栋1802"),
    ("任思远", "yanta", "小寨东路126号翠华里3号楼1507"),
    ("姜雨晴", "yuelu", "麓山南路327号岳麓学府5栋904"),
    ("范晓光", "siming", "湖滨南路388号白鹭花园2号楼1301"),
    ("方梓涵", "heping", "南京南街199号和平里9号楼602"),
    ("上海栖里家居用品有限公司", "minhang", "申富路128号2号楼"),
    ("杭州拾光民宿管理有限公司", "xihu", "龙井路1号之江里B座301室"),
    ("深圳市南屿酒店用品有限公司", "baoan", "航城大道159号C栋5楼"),
    ("广州木禾软装设计有限公司", "tianhe", "员村二横路18号创意园6栋"),
    ("苏州云岫茶舍有限公司", "gusu", "十全街298号"),
    ("北京朴居商贸有限公司", "chaoyang", "酒仙桥路10号院3号楼B1208"),
)

# Name, street, zip, city, state, country, latitude, longitude, calling code.
_WORLD = (
    ("Lena Hoffmann", "Königstraße 48", "47051", "Duisburg", "", "DE",
     51.4327, 6.7647),
    ("Jonas Weber", "Mülheimer Straße 112", "47057", "Duisburg", "", "DE",
     51.4335, 6.7891),
    ("Miriam Schulte", "Rheinstraße 17", "47495", "Rheinberg", "", "DE",
     51.5466, 6.5982),
    ("Tobias Krämer", "Steinstraße 30", "47441", "Moers", "", "DE",
     51.4523, 6.6262),
    ("Sabine Vogt", "Ostwall 95", "47798", "Krefeld", "", "DE", 51.3328, 6.5689),
    ("Deniz Aydin", "Bismarckstraße 71", "45128", "Essen", "", "DE",
     51.4461, 7.0028),
    ("Katharina Busch", "Rüttenscheider Straße 140", "45131", "Essen", "", "DE",
     51.4302, 7.0050),
    ("Florian Peters", "Marktstraße 22", "46045", "Oberhausen", "", "DE",
     51.4709, 6.8556),
    ("Anja Lindner", "Leineweberstraße 9", "45468", "Mülheim an der Ruhr", "", "DE",
     51.4285, 6.8830),
    ("Markus Engel", "Lorettostraße 41", "40219", "Düsseldorf", "", "DE",
     51.2134, 6.7668),
    ("Clara Neumann", "Nordstraße 88", "40477", "Düsseldorf", "", "DE",
     51.2413, 6.7800),
    ("Stefan Brandt", "Aachener Straße 210", "50931", "Köln", "", "DE",
     50.9370, 6.9180),
    ("Ines Kaiser", "Neusser Straße 315", "50733", "Köln", "", "DE",
     50.9672, 6.9530),
    ("Felix Sommer", "Kortumstraße 64", "44787", "Bochum", "", "DE",
     51.4805, 7.2187),
    ("Nadine Richter", "Kaiserstraße 29", "44135", "Dortmund", "", "DE",
     51.5156, 7.4750),
    ("Oliver Franke", "Friedrich-Ebert-Straße 83", "42103", "Wuppertal", "", "DE",
     51.2562, 7.1380),
    ("Petra Albers", "Hammer Straße 55", "48153", "Münster", "", "DE",
     51.9483, 7.6230),
    ("Jürgen Maier", "Schellingstraße 76", "80799", "München", "", "DE",
     48.1508, 11.5750),
    ("Helena Roth", "Kastanienallee 24", "10435", "Berlin", "", "DE",
     52.5388, 13.4090),
    ("Bram de Vries", "Parade 14", "5911 CB", "Venlo", "", "NL", 51.3700, 6.1690),
    ("Sanne Jansen", "Steenstraat 62", "6828 CM", "Arnhem", "", "NL",
     51.9846, 5.9190),
    ("Lotte Bakker", "Nachtegaalstraat 47", "3581 AE", "Utrecht", "", "NL",
     52.0888, 5.1330),
    ("Daan Smit", "Kleine Berg 33", "5611 JS", "Eindhoven", "", "NL",
     51.4370, 5.4740),
    ("Femke Visser", "Witte de Withstraat 51", "3012 BM", "Rotterdam", "", "NL",
     51.9153, 4.4770),
    ("Luc Peeters", "Nationalestraat 90", "2000", "Antwerpen", "", "BE",
     51.2150, 4.3980),
    ("Chloé Lambert", "Rue Saint-Gilles 122", "4000", "Liège", "", "BE",
     50.6372, 5.5640),
    ("Camille Moreau", "12 rue des Martyrs", "75009", "Paris", "", "FR",
     48.8778, 2.3398),
    ("Antoine Girard", "45 rue Solférino", "59000", "Lille", "", "FR",
     50.6330, 3.0530),
    ("Élodie Fontaine", "8 rue Mercière", "69002", "Lyon", "", "FR",
     45.7620, 4.8330),
    ("Anna Gruber", "Neubaugasse 38", "1070", "Wien", "", "AT", 48.2010, 16.3490),
    ("Giulia Ferrari", "Via Solferino 19", "20121", "Milano", "MI", "IT",
     45.4740, 9.1870),
    ("Javier Ortega", "Calle de Fuencarral 77", "28004", "Madrid", "M", "ES",
     40.4270, -3.7020),
    ("Maja Nowak", "ul. Piotrkowska 121", "90-430", "Łódź", "", "PL",
     51.7590, 19.4570),
    ("Freja Nielsen", "Jægersborggade 26", "2200", "København N", "", "DK",
     55.6920, 12.5440),
    ("Erik Lindqvist", "Götgatan 64", "118 26", "Stockholm", "", "SE",
     59.3130, 18.0740),
    ("Ingrid Solberg", "Thorvald Meyers gate 40", "0555", "Oslo", "", "NO",
     59.9230, 10.7590),
    ("Oliver Bennett", "27 Rye Lane", "SE15 5BS", "London", "", "GB",
     51.4710, -0.0690),
    ("Charlotte Hughes", "14 Burton Road", "M20 1HB", "Manchester", "", "GB",
     53.4350, -2.2310),
    ("Emily Carter", "418 Valencia St", "94103", "San Francisco", "CA", "US",
     37.7670, -122.4220),
    ("Michael Turner", "233 Bedford Ave", "11211", "New York", "NY", "US",
     40.7148, -73.9600),
    ("Grace Sullivan", "1650 W Division St", "60622", "Chicago", "IL", "US",
     41.9033, -87.6690),
    ("Rheinblick Hotels GmbH", "Mülheimer Straße 200", "47057", "Duisburg", "", "DE",
     51.4321, 6.7950),
    ("Wohnwerk Handels GmbH", "Berliner Allee 33", "40212", "Düsseldorf", "", "DE",
     51.2210, 6.7850),
    ("Nordlicht Interior GmbH", "Lange Reihe 58", "20099", "Hamburg", "", "DE",
     53.5570, 10.0120),
    ("Huis & Haard B.V.", "Prinsenkade 12", "4811 VB", "Breda", "", "NL",
     51.5900, 4.7720),
    ("Maison Claire SARL", "3 quai Saint-Vincent", "69001", "Lyon", "", "FR",
     45.7690, 4.8210),
    ("Fjordhjem AS", "Strandgaten 18", "5013", "Bergen", "", "NO", 60.3940, 5.3220),
    ("Söder Möbler AB", "Södra Förstadsgatan 40", "211 43", "Malmö", "", "SE",
     55.5980, 13.0040),
)
_CALLING_CODES = {
    "DE": "49", "NL": "31", "BE": "32", "FR": "33", "AT": "43", "IT": "39",
    "ES": "34", "PL": "48", "DK": "45", "SE": "46", "NO": "47", "GB": "44", "US": "1",
}
# A mobile number of each country without its last four digits. US and GB: ranges
# that are set aside for films.
_MOBILE = {
    "DE": "1710000", "NL": "61000", "BE": "47000", "FR": "60000", "AT": "6640000",
    "IT": "320000", "ES": "60000", "PL": "50000", "DK": "2012", "SE": "70000",
    "NO": "4000", "GB": "770090", "US": "415555",
}
_COMPANY_WORDS = ("公司", "GmbH", "B.V.", "SARL", " AS", " AB")


@dataclass(frozen=True)
class CatalogBuyer(SampleBuyer):
    """A buyer with the place where the goods go.

    :param float latitude: degrees, WGS 84.
    :param bool business: a company that orders on account, by EDI, file or mail.
    """

    latitude: float = 0.0
    longitude: float = 0.0
    business: bool = False


def _business(name):
    return name.endswith(_COMPANY_WORDS)


def _chinese(number, row):
    name, key, street = row
    district, city, state, zip_code, latitude, longitude = _DISTRICTS[key]
    # Neighbours of a district stand a few streets apart.
    north, east = number * 7 % 11 - 5, number * 5 % 13 - 6
    return CatalogBuyer(
        name=name, email=f"buyer{number:03d}@kehu.example",
        phone=f"+86 139 0000 {1000 + number * 37}", street=street, district=district,
        city=city, state=state, zip=zip_code, country_code="CN",
        latitude=round(latitude + north * 0.0022, 6),
        longitude=round(longitude + east * 0.0024, 6), business=_business(name))


def _foreign(number, row):
    name, street, zip_code, city, state, country, latitude, longitude = row
    if country == "US":
        local = f"4155550{100 + number}"
    elif country == "GB":
        local = f"77009002{number:02d}"
    else:
        local = f"{_MOBILE[country]}{1000 + number * 37}"
    return CatalogBuyer(
        name=name, email=f"customer{number:03d}@mail.example",
        phone=f"+{_CALLING_CODES[country]}{local}", street=street, city=city,
        state=state, zip=zip_code, country_code=country, latitude=latitude,
        longitude=longitude, business=_business(name))


BUYERS_CN = tuple(_chinese(n, row) for n, row in enumerate(_CHINESE, start=1))
BUYERS_WORLD = tuple(_foreign(n, row) for n, row in enumerate(_WORLD, start=1))
